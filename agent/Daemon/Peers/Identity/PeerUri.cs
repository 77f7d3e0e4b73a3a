using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>The name inside a node certificate: <c>nodeagent:CLUSTER/NODE</c> as a URI in the alternative names.</summary>
internal readonly record struct PeerUri(ClusterId Cluster, NodeId Node)
{
    private const string Scheme = "nodeagent:";
    private const string AlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    public override string ToString() => $"{Scheme}{Cluster.Value}/{Node.Value}";

    public static PeerUri? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var cluster = text[Scheme.Length..slash];
        var node = text[(slash + 1)..];
        return ClusterId.IsValid(cluster) && NodeName.IsValid(node) ? new(new(cluster), new(node)) : null;
    }

    /// <summary>The one identity in a certificate; none if there is none, several, or an unreadable one.</summary>
    public static PeerUri? Read(X509Certificate2 certificate)
    {
        if (certificate.Extensions[AlternativeNames] is not { } extension)
        {
            return null;
        }

        try
        {
            var ours = Uris(extension.RawData).Where(uri => uri.StartsWith(Scheme, StringComparison.Ordinal)).ToList();
            return ours.Count == 1 ? Parse(ours[0]) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static List<string> Uris(ReadOnlyMemory<byte> encoded)
    {
        var names = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        var uris = new List<string>();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(UriTag))
            {
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return uris;
    }
}
