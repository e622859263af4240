// Hashes with bcrypt on all processors for a while: `go run main.go PASSWORD COST SECONDS WORKERS` prints how many a second, and a hash.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/bcrypt"
)

func main() {
	number := func(index int) int {
		value, err := strconv.Atoi(os.Args[index])
		if err != nil {
			panic(err)
		}
		return value
	}
	password, cost, seconds, workers := []byte(os.Args[1]), number(2), number(3), number(4)
	hash, err := bcrypt.GenerateFromPassword(password, cost)
	if err != nil {
		panic(err)
	}
	var done atomic.Int64
	var group sync.WaitGroup
	started := time.Now()
	for range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for time.Since(started) < time.Duration(seconds)*time.Second {
				if bcrypt.CompareHashAndPassword(hash, password) != nil {
					panic("the password is not taken")
				}
				done.Add(1)
			}
		}()
	}
	group.Wait()
	fmt.Printf("%.2f %s\n", float64(done.Load())/time.Since(started).Seconds(), hash)
}
