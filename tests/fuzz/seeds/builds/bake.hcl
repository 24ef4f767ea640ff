variable "V" { default = "1" }
function "f" {
  params = [a]
  variadic_params = rest
  result = "${upper(a)}-${join(",", rest)}"
}
group "default" { targets = ["web"] }
target "_base" { args = { A = V, N = null } }
target "web" {
  inherits = ["_base"]
  dockerfile = V == "1" ? "D1" : "D2"
  args = { F = f("x", "y"), L = length([for x in [1, 2, 3] : x if x > 1]) }
  platforms = ["linux/amd64"]
}
