// Passerelle teaches people who are far from the internet, one message at a
// time. Everything happens in the rooms beside this file; see package bot.
package main

import (
	"os"

	"passerelle/bot"
)

func main() {
	os.Exit(bot.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
