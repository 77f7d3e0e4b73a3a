using System.Globalization;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>Where a stream is to go on.</summary>
/// <param name="ToGuid">The snapshot it leads to.</param>
/// <param name="FromGuid">Where the increment starts; null for the whole volume.</param>
/// <param name="Position">The offset up to which all is received.</param>
internal sealed record ResumeToken(string ToGuid, string? FromGuid, long Position)
{
    /// <summary>Reads a token; null if it is none of ours.</summary>
    public static ResumeToken? Parse(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts[0] == "1"
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? new ResumeToken(parts[1], parts[2].Length == 0 ? null : parts[2], position)
            : null;
    }

    public override string ToString() => $"1.{ToGuid}.{FromGuid}.{Position}";
}
