// Keto as Ory published it: this module only pins the release and lets `go build` make the binary.
package main

import "github.com/ory/keto/cmd"

func main() {
	cmd.Execute()
}
