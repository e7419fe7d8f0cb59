#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take any number of arguments, which Swift cannot call.

typedef size_t (*autoguide_curl_receive)(char *bytes, size_t size, size_t count, void *context);
typedef int (*autoguide_curl_progress)(void *context, curl_off_t, curl_off_t, curl_off_t,
                                       curl_off_t);

static inline void autoguide_curl_number(CURL *handle, CURLoption option, long value) {
  curl_easy_setopt(handle, option, value);
}

static inline void autoguide_curl_text(CURL *handle, CURLoption option, const char *value) {
  curl_easy_setopt(handle, option, value);
}

static inline void autoguide_curl_headers(CURL *handle, struct curl_slist *value) {
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, value);
}

static inline void autoguide_curl_callbacks(CURL *handle, autoguide_curl_receive receive,
                                            autoguide_curl_progress progress, void *context) {
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

static inline long autoguide_curl_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

// A header of the last response, or NULL.
static inline const char *autoguide_curl_header(CURL *handle, const char *name) {
  struct curl_header *header = NULL;
  return curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value
                                                                                  : NULL;
}
