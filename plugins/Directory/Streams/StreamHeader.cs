using NodeAgent.Contract;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>What a stream is about; its first frame.</summary>
internal sealed record StreamHeader
{
    public const string Format = "nodeagent-directory-v1";

    public required string Volume { get; init; }

    /// <summary>The volume's size in the snapshot, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Identity of the snapshot that the increment starts from; null for the whole volume.</summary>
    public string? FromGuid { get; init; }

    public required string ToName { get; init; }

    public required string ToGuid { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Identity by volume, of every volume that the snapshot was made of.</summary>
    public required IReadOnlyDictionary<string, string> Members { get; init; }

    /// <summary>Frames begin at or after this offset: what is before it was received earlier.</summary>
    public long Position { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    public string? Check()
    {
        if (!Names.IsValid(Volume) || !Names.IsValid(ToName))
        {
            return "its header names a volume or snapshot that cannot be";
        }

        if (Bytes is < 0 or > Limits.LargestVolume || Position < 0 || Position > Bytes)
        {
            return "its header has an impossible size";
        }

        if (!Members.TryGetValue(Volume, out var guid) || !string.Equals(guid, ToGuid, StringComparison.Ordinal))
        {
            return "its header contradicts itself";
        }

        var names = Members.Keys.All(Names.IsValid) && Members.Values.Append(ToGuid).Append(FromGuid ?? ToGuid).All(IsGuid);
        return names ? null : "its header has a malformed identity";
    }

    private static bool IsGuid(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}
