using System.Security.Cryptography;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>Sixteen hexadecimal digits drawn at <c>cluster init</c>: two clusters never take each other's word.</summary>
internal readonly record struct ClusterId(string Value)
{
    public static ClusterId Draw() => new(RandomNumberGenerator.GetHexString(16, lowercase: true));

    public static bool IsValid(string? text) => text is { Length: 16 } && text.All(char.IsAsciiHexDigitLower);

    public override string ToString() => Value;
}
