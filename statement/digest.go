package statement

import "hash/maphash"

// The keys of the digest. They differ from process to process, so that nobody can aim a collision at another's
// statement; two hashes of 64 bits make an accidental one impossible in practice.
var digestSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// secretFactor is odd, so that it loses nothing.
var secretFactor = maphash.String(digestSeeds[0], "factor") | 1

func digestOf(normal []byte) Digest {
	return Digest{maphash.Bytes(digestSeeds[0], normal), maphash.Bytes(digestSeeds[1], normal)}
}

// absorbed is how much normal form is gathered before it is folded into a digest, to bound the memory of large texts.
const absorbed = 64 << 10

// absorb replaces the normal form so far by its digest.
func (f *folder) absorb() {
	d := digestOf(f.out)
	f.out = f.out[:0]
	for _, half := range d {
		for shift := 0; shift < 64; shift += 8 {
			f.out = append(f.out, byte(half>>shift))
		}
	}
	f.bare = true
}

// digest returns the digest of the text that was folded.
func (f *folder) digest() Digest { return digestOf(f.out) }
