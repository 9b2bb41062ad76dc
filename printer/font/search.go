package font

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/image/font/sfnt"
)

// SystemPath names the font files of Debian's packages fonts-noto-cjk,
// fonts-lxgw-wenkai and fonts-hanazono, which hold the rare characters of
// names: CJK extensions A to F.
var SystemPath = []string{
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
	"/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
}

// simplified is the face of Noto Sans CJK's collection that draws characters
// as mainland China does.
const simplified = 2

var searched struct {
	sync.RWMutex
	fonts []*sfnt.Font
}

func found() []*sfnt.Font {
	searched.RLock()
	defer searched.RUnlock()
	return searched.fonts
}

// Search replaces the fonts that are asked for characters that the program's
// own font lacks, in the order of the files, which are TrueType or OpenType
// files or collections. A file that is not there is passed over; a file that
// cannot be read as a font is an error and is passed over too. It returns how
// many fonts there are.
//
// Programs call it once at their start. A font that goes away later does no
// harm: files are read whole.
func Search(files ...string) (int, error) {
	var fonts []*sfnt.Font
	var errs []error
	for _, name := range files {
		f, err := open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("font file %s: %w", name, err))
			continue
		}
		fonts = append(fonts, f)
	}
	searched.Lock()
	searched.fonts = fonts
	searched.Unlock()
	known.Lock()
	clear(known.characters)
	known.Unlock()
	return len(fonts), errors.Join(errs...)
}

// open reads a font file; of a collection it takes the simplified Chinese face
// or, if there are fewer faces, the first.
func open(name string) (*sfnt.Font, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	faces, err := sfnt.ParseCollection(data)
	if err != nil {
		return nil, err
	}
	if faces.NumFonts() > simplified {
		return faces.Font(simplified)
	}
	return faces.Font(0)
}
