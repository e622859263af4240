// Kratos as Ory published it: this module only pins the release and lets `go build` make the binary.
package main

import (
	"os"

	"github.com/ory/kratos/cmd"
)

func main() {
	os.Exit(cmd.Execute())
}
