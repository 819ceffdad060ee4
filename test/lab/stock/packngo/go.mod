module vent.test/packngo

go 1.22

require github.com/packethost/packngo v0.31.0
