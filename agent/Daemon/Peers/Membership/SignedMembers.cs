using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>
/// A member list with the authority's signature over its exact bytes: any node may pass it on, none can change it.
/// </summary>
internal sealed class SignedMembers
{
    private static readonly byte[] Purpose = "nodeagent-members-1\n"u8.ToArray();
    private readonly byte[] document;
    private readonly byte[] signature;

    private SignedMembers(MemberList list, byte[] document, byte[] signature)
    {
        List = list;
        this.document = document;
        this.signature = signature;
    }

    public MemberList List { get; }

    public static SignedMembers Sign(MemberList list, CertificateAuthority authority)
    {
        var content = MemberListFormat.Write(list);
        return new(list, content, authority.Sign([.. Purpose, .. content]));
    }

    /// <summary>Reads the envelope and the list in it; says nothing about the signature.</summary>
    public static Outcome<SignedMembers> Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            var envelope = JsonSerializer.Deserialize<Envelope>(content.Span, PeerJson.Options);
            if (envelope is null)
            {
                return MemberFaults.ListUnreadable(["line 1: null"]);
            }

            var list = MemberListFormat.Read(envelope.Document);
            return list.IsOk ? new SignedMembers(list.Value, envelope.Document, envelope.Signature) : list.Fault;
        }
        catch (JsonException broken)
        {
            return MemberFaults.ListUnreadable(
                [$"line {broken.LineNumber + 1}: must be an object with the fields document and signature in base64"]);
        }
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(new Envelope(document, signature), PeerJson.Options);

    public bool IsSignedBy(ImmutableArray<X509Certificate2> authorities)
    {
        byte[] signed = [.. Purpose, .. document];
        return authorities.Any(authority =>
        {
            using var key = authority.GetECDsaPublicKey();
            return key is not null && key.VerifyData(signed, signature, HashAlgorithmName.SHA256);
        });
    }

    public bool IsSameAs(SignedMembers other) => document.AsSpan().SequenceEqual(other.document);

    private sealed record Envelope(byte[] Document, byte[] Signature);
}
