// Inside of net: libcurl's handles, kept with their open connections between requests, and how a
// request is put into them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/http.h"

struct curl_slist;

namespace whittle {

// libcurl declares its handles so; its header stays in the .cc files.
using CurlHandle = void;

// One request at a time; keeps its connections open.
class Connection {
 public:
  // nullptr if libcurl cannot start.
  static std::unique_ptr<Connection> make();

  Connection(CurlHandle* multi, CurlHandle* easy) : multi_(multi), easy_(easy) {}

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Puts the request in. What it points to (`body`, `headers`, `certificates`) must outlive the
  // transfer. The callbacks are the caller's.
  void prepare(const HttpRequest& request,
               const curl_slist* headers,
               const std::string& certificates);
  bool start();
  // Ends the transfer; an unfinished one loses its connection.
  void stop();

  CurlHandle* multi() const { return multi_; }

  CurlHandle* easy() const { return easy_; }

 private:
  void set_peer(const HttpRequest& request, const std::string& certificates);
  void set_proxy(const HttpRequest& request);
  void set_method(const HttpRequest& request);

  CurlHandle* multi_;
  CurlHandle* easy_;
  bool is_running_ = false;
};

// Idle connections by origin. Thread-safe.
class ConnectionPool {
 public:
  // nullptr if libcurl cannot start.
  std::unique_ptr<Connection> take(const std::string& origin);
  void give_back(const std::string& origin, std::unique_ptr<Connection> connection);
  // The system's certificates and those of the files, PEM.
  Result<std::shared_ptr<const std::string>> certificates(const std::vector<std::string>& ca_files);

 private:
  struct Idle {
    std::string origin;
    std::unique_ptr<Connection> connection;
  };

  std::mutex mutex_;
  std::vector<Idle> idle_;
  std::map<std::vector<std::string>, std::shared_ptr<const std::string>> certificates_;
};

}  // namespace whittle
