target "m" {
  name = "m-${os}-${replace(v, ".", "-")}"
  matrix = {
    os = ["a", "b"]
    v  = ["1.0", "2.0"]
  }
  args = merge({ OS = os }, { V = v })
  contexts = { x = "target:y" }
  dockerfile-inline = <<-EOT
    FROM ${os}:${v}
    RUN echo $${HOME}
  EOT
}
