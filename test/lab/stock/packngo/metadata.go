package main

import (
	"fmt"
	"net"
	"net/http"

	"github.com/packethost/packngo/metadata"
)

// readMetadata asks from one of this computer's addresses: the service knows a machine by nothing else.
func readMetadata(url string, address string) report {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	http.DefaultTransport = &http.Transport{DialContext: dialer.DialContext}
	device, err := metadata.GetMetadataFromURL(url)
	check(err)
	// The client reads an answer of 404 as no device and no error.
	if device == nil {
		fail(fmt.Errorf("the metadata service knows no machine at %s", address))
	}
	userdata, err := metadata.GetUserDataFromURL(url)
	check(err)
	return report{
		"id": device.ID, "hostname": device.Hostname, "iqn": device.IQN, "plan": device.Plan, "metro": device.Metro,
		"facility": device.Facility, "os": device.OS.Slug, "bonding": device.Network.Bonding.Mode.String(),
		"interfaces": names(device.Network.Interfaces, func(each metadata.InterfaceInfo) string { return each.Name }),
		"addresses":  names(device.Network.Addresses, func(each metadata.AddressInfo) string { return each.Address.String() }),
		"userdata":   string(userdata),
	}
}
