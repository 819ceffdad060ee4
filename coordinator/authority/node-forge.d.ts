/** What Vent uses of node-forge: its ASN.1 alone, without the rest of the library. */
declare module 'node-forge/lib/asn1.js' {
  interface Bytes {
    getBytes(): string;
  }

  namespace asn1 {
    interface Asn1 {
      readonly type: number;
      readonly value: string | readonly Asn1[];
    }
  }

  const asn1: {
    readonly Class: { readonly UNIVERSAL: number; readonly CONTEXT_SPECIFIC: number };
    readonly Type: {
      readonly BOOLEAN: number;
      readonly INTEGER: number;
      readonly BITSTRING: number;
      readonly OCTETSTRING: number;
      readonly OID: number;
      readonly UTF8: number;
      readonly SEQUENCE: number;
      readonly SET: number;
      readonly UTCTIME: number;
      readonly GENERALIZEDTIME: number;
    };
    create(tagClass: number, type: number, constructed: boolean, value: string | readonly asn1.Asn1[]): asn1.Asn1;
    /** Without `decodeBitStrings` a key that happens to look like ASN.1 inside would be taken apart. */
    fromDer(
      bytes: string,
      options: { readonly strict: true; readonly parseAllBytes: true; readonly decodeBitStrings: false },
    ): asn1.Asn1;
    toDer(value: asn1.Asn1): Bytes;
    oidToDer(dotted: string): Bytes;
  };

  export = asn1;
}
