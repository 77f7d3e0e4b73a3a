using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>The member list as JSON. Reading refuses whatever breaks a rule, with all errors at once.</summary>
internal static class MemberListFormat
{
    private const int CertificateTextLimit = 8192;
    private const int PathLimit = 64;

    public static byte[] Write(MemberList list) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        cluster = list.Cluster.Value,
        version = list.Version,
        issuer = list.Issuer.Value,
        authorities = list.Authorities.Select(authority => Convert.ToBase64String(authority.RawData)),
        members = list.Members.Select(member => new
        {
            node = member.Node.Value,
            addresses = member.Addresses.Select(address => new
            {
                network = address.Network,
                endpoint = address.EndPoint.ToString(),
            }),
            certificates = member.Certificates,
        }),
    });

    public static Outcome<MemberList> Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new() { MaxDepth = 8 });
            var fields = new FieldReader();
            var list = Read(document.RootElement, fields);
            return fields.Errors.Count == 0 ? list : MemberFaults.ListUnreadable(fields.Errors);
        }
        catch (JsonException broken)
        {
            return MemberFaults.ListUnreadable([$"line {broken.LineNumber + 1}: not JSON"]);
        }
    }

    private static MemberList Read(JsonElement root, FieldReader fields)
    {
        var cluster = fields.Text(root, "", "cluster", PathLimit);
        fields.Expect(ClusterId.IsValid(cluster), "cluster", "must be 16 hexadecimal digits");
        var issuer = fields.Text(root, "", "issuer", PathLimit);
        var authorities = fields.Items(root, "", "authorities", MemberList.AuthorityLimit)
            .Select((item, index) => ReadAuthority(item, $"authorities[{index}]", fields))
            .OfType<X509Certificate2>()
            .ToImmutableArray();
        var members = fields.Items(root, "", "members", MemberList.MemberLimit)
            .Select((item, index) => ReadMember(item, $"members[{index}].", fields))
            .ToImmutableArray();
        fields.Expect(
            members.Select(member => member.Node).Distinct().Count() == members.Length,
            "members", "two members have the same name");
        fields.Expect(members.Any(member => member.Node.Value == issuer), "issuer", "must be a member");
        return new(new(cluster), fields.Whole(root, "", "version"), new(issuer), authorities, members);
    }

    private static X509Certificate2? ReadAuthority(JsonElement item, string path, FieldReader fields)
    {
        try
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: < CertificateTextLimit } text)
            {
                return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));
            }
        }
        catch (Exception broken) when (broken is FormatException or CryptographicException or InvalidOperationException)
        {
            // Told below, like every other wrong content.
        }

        fields.Errors.Add($"{path}: must be a certificate in base64");
        return null;
    }

    private static Member ReadMember(JsonElement item, string path, FieldReader fields)
    {
        var node = fields.Text(item, path, "node", PathLimit);
        fields.Expect(NodeName.IsValid(node), path + "node", "must be a node name");
        var addresses = fields.Items(item, path, "addresses", MemberList.AddressLimit)
            .Select((address, index) => ReadAddress(address, $"{path}addresses[{index}].", fields))
            .OfType<MemberAddress>()
            .ToImmutableArray();
        var certificates = fields.Items(item, path, "certificates", MemberList.CertificateLimit)
            .Select(one => one.ValueKind == JsonValueKind.String ? SafeText(one) : "")
            .ToImmutableArray();
        fields.Expect(
            certificates.All(Fingerprint.IsValid), path + "certificates", "must be SHA-256 fingerprints");
        return new(new(node), addresses, certificates);
    }

    private static MemberAddress? ReadAddress(JsonElement item, string path, FieldReader fields)
    {
        var network = fields.Text(item, path, "network", PathLimit);
        fields.Expect(Names.IsValid(network), path + "network", "must be a network name");
        var text = fields.Text(item, path, "endpoint", PathLimit);
        if (IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port != 0)
        {
            return new(network, endpoint);
        }

        fields.Errors.Add($"{path}endpoint: must be IP:PORT");
        return null;
    }

    private static string SafeText(JsonElement element)
    {
        try
        {
            return element.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }
}
