module vent.test/packngo-old

go 1.22

require github.com/packethost/packngo v0.1.0
