using System.Collections.Immutable;
using System.Security.Cryptography;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>
/// What a joiner sends, after it has checked whom it talks to. <paramref name="Proof"/> covers everything else.
/// </summary>
internal sealed record JoinRequest(
    string Token,
    byte[] Secret,
    string Node,
    ImmutableArray<JoinAddress> Addresses,
    byte[] SigningRequest,
    long UnixMilliseconds,
    byte[] Proof)
{
    /// <summary>The text that the proof is made over.</summary>
    public string Statement() => string.Join('\n',
    [
        Token,
        Node,
        UnixMilliseconds.ToString(),
        Convert.ToHexStringLower(SHA256.HashData(SigningRequest)),
        .. Addresses.Select(address => $"{address.Network}={address.EndPoint}"),
    ]);

    public JoinRequest WithProof() => this with { Proof = TokenSecret.Prove(Secret, Statement()) };

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"join request of {Node} with token {Token}";
}
