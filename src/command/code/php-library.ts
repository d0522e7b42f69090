/**
 * What PHP's functions do. Names are in lower case, as PHP takes them.
 * Source: php.net/manual, function reference of PHP 8.
 */

export const PHP_LIBRARY = `
value-of : -> element@0
str_rot13 : -> text
# Programs.
system passthru shell_exec popen : shell 0 -> text
exec : shell 0 -> text
proc_open : process 0 -> text
pcntl_exec : program 0 1 -> text
pcntl_fork dl mail mb_send_mail imap_open ini_set ini_alter apply_filters posix_kill assert create_function call_user_method extract parse_ini_string unserialize stream_wrapper_register ffi.cdef register_tick_function : hidden
eval : code 0
include require include_once require_once : script 0
posix_setuid posix_setgid posix_seteuid posix_setegid : elevate
putenv : set 0 -> text
chdir chroot : move

# Functions that call what they are given.
call_user_func call_user_func_array array_map register_shutdown_function set_error_handler set_exception_handler spl_autoload_register forward_static_call : calls 0 -> text
usort uasort uksort array_filter array_walk array_reduce iterator_apply array_walk_recursive preg_replace_callback : calls 1 -> text
ob_start : calls 0 -> text

# Files.
file_get_contents file readfile highlight_file show_source php_strip_whitespace parse_ini_file simplexml_load_file stat lstat filetype fileowner fileperms filegroup fileinode fileatime linkinfo readlink md5_file sha1_file getimagesize exif_read_data is_readable finfo_file mime_content_type gzfile readgzfile : read 0 -> text
hash_file hash_hmac_file : read 1 -> text
scandir opendir dir : read 0 -> text
glob : glob 0 -> text
tmpfile : temporary 9 -> text
file_exists is_file is_dir is_link is_writable is_executable filesize filemtime filectime realpath basename dirname pathinfo disk_free_space disk_total_space fnmatch : -> text
file_put_contents touch mkdir chmod chown chgrp lchown tempnam ftruncate : write 0 -> text
fopen gzopen bzopen new.splfileobject : open 0 1 -> text
fclose feof fgets fgetc fgetcsv fputcsv fread fwrite fputs fflush fseek ftell rewind flock fscanf fpassthru stream_get_contents stream_copy_to_stream closedir readdir rewinddir fstat stream_get_line stream_set_blocking stream_set_timeout stream_context_create gzread gzwrite gzclose pclose proc_close stream_isatty posix_isatty : -> text
unlink rmdir : delete 0 -> text
rename : delete 0, write 1 -> text
copy : read 0, write 1 -> text
link symlink : read 0, write 1 -> text
move_uploaded_file : read 0, write 1 -> text
umask clearstatcache sys_get_temp_dir getcwd is_resource : -> text

# Network.
fsockopen pfsockopen : host 0 1 -> text
stream_socket_client : url 0 -> text
stream_socket_server socket_create socket_connect socket_bind socket_listen socket_create_listen : hidden
curl_init : url 0 -> text
curl_exec curl_close curl_error curl_errno curl_getinfo curl_version : -> text
curl_setopt curl_setopt_array curl_multi_exec curl_multi_init : hidden
gethostbyname gethostbynamel gethostbyaddr dns_get_record checkdnsrr getmxrr : host 0 -> text
get_headers get_meta_tags : url 0 -> text
ftp_connect ftp_ssl_connect ssh2_connect ldap_connect : host 0 1 -> text

# Computing.
strlen count sizeof str_repeat str_replace str_ireplace substr substr_count substr_replace strpos stripos strrpos strstr stristr strtolower strtoupper ucfirst ucwords lcfirst trim ltrim rtrim chop explode implode join str_split strrev str_pad str_word_count str_contains str_starts_with str_ends_with wordwrap nl2br number_format sprintf printf vsprintf vprintf print_r var_dump var_export serialize money_format similar_text levenshtein soundex metaphone strcmp strcasecmp strncmp strncasecmp strnatcmp strtr chunk_split htmlspecialchars htmlspecialchars_decode htmlentities html_entity_decode strip_tags addslashes stripslashes addcslashes nl_langinfo quotemeta escapeshellarg escapeshellcmd str_getcsv parse_url http_build_query urlencode urldecode rawurlencode rawurldecode base64_encode base64_decode bin2hex hex2bin md5 sha1 crc32 hash hash_algos hash_hmac hash_equals crypt password_hash password_verify password_get_info random_int random_bytes rand mt_rand mt_srand srand mt_getrandmax getrandmax uniqid lcg_value ord chr dechex hexdec bindec decbin decoct octdec base_convert intval floatval doubleval boolval strval settype gettype get_debug_type is_int is_integer is_float is_string is_bool is_array is_object is_null is_numeric is_callable is_iterable is_countable is_nan is_finite is_infinite isset empty json_encode json_decode json_last_error json_last_error_msg json_validate utf8_encode utf8_decode iconv iconv_strlen iconv_substr ctype_alpha ctype_digit ctype_alnum ctype_upper ctype_lower ctype_space ctype_punct ctype_xdigit : -> text
mb_strlen mb_substr mb_strtoupper mb_strtolower mb_strpos mb_convert_encoding mb_convert_case mb_detect_encoding mb_internal_encoding mb_str_split mb_strwidth mb_substr_count mb_check_encoding mb_list_encodings : -> text
preg_match preg_match_all preg_split preg_quote preg_replace preg_grep preg_last_error preg_last_error_msg : -> text
abs ceil floor round sqrt pow exp log log10 log2 sin cos tan asin acos atan atan2 pi fmod intdiv max min array_sum array_product hypot deg2rad rad2deg is_nan : -> text
array_keys array_values array_merge array_merge_recursive array_combine array_flip array_slice array_splice array_unique array_reverse array_search array_key_exists key_exists array_key_first array_key_last in_array array_column array_chunk array_fill array_fill_keys array_pad array_push array_pop array_shift array_unshift array_diff array_diff_key array_diff_assoc array_intersect array_intersect_key array_rand array_count_values array_replace array_is_list array_flip array_change_key_case range compact shuffle sort rsort ksort krsort asort arsort natsort natcasesort array_multisort current key next prev reset end each iterator_to_array iterator_count : -> text
date gmdate mktime gmmktime time microtime strtotime checkdate date_default_timezone_get date_default_timezone_set hrtime sleep usleep localtime getdate idate strftime date_create date_diff date_parse timezone_identifiers_list cal_days_in_month easter_date : -> text
phpversion php_uname php_sapi_name php_ini_loaded_file php_ini_scanned_files phpinfo phpcredits zend_version extension_loaded get_loaded_extensions get_extension_funcs function_exists class_exists method_exists property_exists defined get_defined_functions get_declared_classes get_cfg_var ini_get ini_get_all get_include_path memory_get_usage memory_get_peak_usage getmypid getmyuid get_current_user gethostname getenv getopt sys_getloadavg posix_getpid posix_getuid posix_geteuid posix_getgid posix_getpwuid posix_getcwd posix_uname getrusage error_reporting set_time_limit gc_collect_cycles debug_zval_refcount spl_object_id func_get_args func_num_args exit die ignore_user_abort flush ob_get_clean ob_end_clean ob_get_contents ob_end_flush error_get_last trigger_error version_compare opcache_get_status opcache_get_configuration get_object_vars array_key_exists filter_var ip2long long2ip inet_pton inet_ntop define constant spl_autoload_functions token_get_all highlight_string php_ini_loaded_file ctype_cntrl gmp_add gmp_strval bcadd bcmul bcsub bcdiv bcmod bcpow bcsqrt bccomp bcscale gzcompress gzuncompress gzencode gzdecode gzdeflate gzinflate zlib_encode zlib_decode bzcompress bzdecompress openssl_random_pseudo_bytes openssl_digest openssl_get_cipher_methods openssl_encrypt openssl_decrypt sodium_bin2hex pdo_drivers curl_version simplexml_load_string libxml_use_internal_errors intdiv fdiv array_any array_all array_find : -> text
new.datetime new.datetimeimmutable new.datetimezone new.dateinterval new.dateperiod new.arrayobject new.arrayiterator new.stdclass new.exception new.runtimeexception new.invalidargumentexception new.errorexception new.splstack new.splqueue new.splobjectstorage new.numberformatter : -> text
data.format data.modify data.diff data.add data.sub data.gettimestamp data.settimezone data.settime data.setdate data.count data.getmessage data.getcode data.push data.pop data.enqueue data.dequeue : -> text
`

/** Functions of the table that change the variables they are given, and which. */
export const PHP_REFERENCES: Readonly<Record<string, readonly number[]>> = {
  preg_match: [2],
  preg_match_all: [2],
  preg_replace: [4],
  preg_replace_callback: [4],
  str_replace: [3],
  str_ireplace: [3],
  similar_text: [2],
  exec: [1, 2],
  system: [1],
  passthru: [1],
  proc_open: [2],
  fsockopen: [2, 3],
  pfsockopen: [2, 3],
  stream_socket_client: [1, 2],
  settype: [0],
  getopt: [2],
  is_callable: [2],
  getimagesize: [1],
  flock: [2],
  dns_get_record: [2, 3],
  getmxrr: [1, 2],
  fscanf: [2, 3, 4, 5],
  openssl_random_pseudo_bytes: [1],
  openssl_encrypt: [5],
  array_multisort: [0, 1, 2, 3],
  ...Object.fromEntries(
    (
      'array_push array_pop array_shift array_unshift array_splice array_walk array_walk_recursive shuffle sort rsort ' +
      'ksort krsort asort arsort natsort natcasesort usort uasort uksort'
    )
      .split(' ')
      .map((name) => [name, [0]]),
  ),
}
