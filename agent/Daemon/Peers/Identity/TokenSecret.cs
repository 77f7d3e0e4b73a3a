using System.Security.Cryptography;
using System.Text;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>The secret of a join token: 160 random bits, so one round of SHA-256 hides it well enough.</summary>
internal static class TokenSecret
{
    public const int Length = 20;

    public static byte[] Draw() => RandomNumberGenerator.GetBytes(Length);

    public static string Hash(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(SHA256.HashData(secret));

    public static bool Fits(ReadOnlySpan<byte> secret, string hash) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(hash));

    /// <summary>Binds a join request to the secret: nobody can swap the key, the name or the addresses in it.</summary>
    public static byte[] Prove(ReadOnlySpan<byte> secret, string statement) =>
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes("nodeagent-join-1\n" + statement));
}
