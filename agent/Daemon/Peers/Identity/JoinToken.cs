using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>
/// What the operator carries from the issuer to the new node, as one line: which token, the fingerprint of the
/// cluster's authority (so that the joiner knows whom to trust before it sends anything), where to ask, the secret.
/// </summary>
internal sealed class JoinToken(string id, string authority, IReadOnlyList<IPEndPoint> addresses, byte[] secret)
{
    public const int AddressLimit = 8;
    private const string Prefix = "na1-";
    private const int LineLimit = 1024;
    private const int IdLength = 8;
    private const int HashLength = 32;
    private const int SumLength = 4;

    /// <summary>Public name of the token: sixteen hexadecimal digits.</summary>
    public string Id { get; } = id;

    /// <summary>SHA-256 fingerprint of the authority's certificate.</summary>
    public string Authority { get; } = authority;

    public IReadOnlyList<IPEndPoint> Addresses { get; } = addresses;

    public byte[] Secret { get; } = secret;

    /// <summary>Never the secret: this is what would land in a log.</summary>
    public override string ToString() => $"join token {Id}";

    /// <summary>The line to hand over. Whoever has it can join one node until it expires.</summary>
    public string Reveal()
    {
        var content = new List<byte>();
        content.AddRange(Convert.FromHexString(Id));
        content.AddRange(Convert.FromHexString(Authority));
        content.AddRange(Secret);
        foreach (var address in Addresses)
        {
            var text = Encoding.ASCII.GetBytes(address.ToString());
            content.Add((byte)text.Length);
            content.AddRange(text);
        }

        content.AddRange(Sum(content.ToArray()));
        return Prefix + Base64Url.EncodeToString(content.ToArray());
    }

    public static Outcome<JoinToken> Parse(string? line)
    {
        var text = line?.Trim() ?? "";
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return JoinFaults.TokenUnreadable($"it does not begin with {Prefix}");
        }

        if (text.Length > LineLimit)
        {
            return JoinFaults.TokenUnreadable($"it is longer than {LineLimit} characters");
        }

        var encoded = text.AsSpan(Prefix.Length);
        if (!Base64Url.IsValid(encoded))
        {
            return JoinFaults.TokenUnreadable("it holds characters that no token has");
        }

        var content = Base64Url.DecodeFromChars(encoded);
        const int Fixed = IdLength + HashLength + TokenSecret.Length;
        if (content.Length < Fixed + SumLength || !Sum(content.AsSpan()[..^SumLength]).AsSpan().SequenceEqual(content.AsSpan()[^SumLength..]))
        {
            return JoinFaults.TokenUnreadable("it was cut or changed while it was copied");
        }

        if (ReadAddresses(content.AsSpan(Fixed..^SumLength)) is not { } addresses)
        {
            return JoinFaults.TokenUnreadable("its addresses cannot be read");
        }

        return new JoinToken(
            Convert.ToHexStringLower(content.AsSpan(0, IdLength)),
            Convert.ToHexStringLower(content.AsSpan(IdLength, HashLength)),
            addresses,
            content[(IdLength + HashLength)..Fixed]);
    }

    private static List<IPEndPoint>? ReadAddresses(ReadOnlySpan<byte> content)
    {
        var addresses = new List<IPEndPoint>();
        while (content.Length > 0)
        {
            var length = content[0];
            if (length == 0 || content.Length < 1 + length || addresses.Count == AddressLimit
                || !IPEndPoint.TryParse(Encoding.ASCII.GetString(content.Slice(1, length)), out var address)
                || address.Port == 0)
            {
                return null;
            }

            addresses.Add(address);
            content = content[(1 + length)..];
        }

        return addresses;
    }

    // Tells a copying mistake from a wrong secret; it protects nothing.
    private static byte[] Sum(ReadOnlySpan<byte> content)
    {
        var sum = new byte[SumLength];
        BinaryPrimitives.WriteUInt32BigEndian(sum, BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(content)));
        return sum;
    }
}
