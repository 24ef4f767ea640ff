// What a tool written with Go's standard library pays for the same work as whittle, for
// bench/analyze: inflates gzip layers and walks their tar headers; with "digests", also hashes the
// stored and the plain bytes by SHA-256.
// usage: peers headers|digests FILE...
package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
)

func layer(path string, digests bool) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var stored io.Reader = bufio.NewReaderSize(file, 256<<10)
	blob, diff := sha256.New(), sha256.New()
	if digests {
		stored = io.TeeReader(stored, blob)
	}
	plain, err := gzip.NewReader(stored)
	if err != nil {
		return 0, err
	}
	var stream io.Reader = plain
	if digests {
		stream = io.TeeReader(stream, diff)
	}
	archive := tar.NewReader(stream)
	entries := 0
	for {
		_, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		entries++
	}
	if _, err = io.Copy(io.Discard, stream); err != nil {
		return 0, err
	}
	if digests {
		fmt.Printf("%x %x\n", blob.Sum(nil), diff.Sum(nil))
	}
	return entries, nil
}

func main() {
	total := 0
	for _, path := range os.Args[2:] {
		entries, err := layer(path, os.Args[1] == "digests")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		total += entries
	}
	fmt.Println(total)
}
