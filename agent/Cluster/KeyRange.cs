namespace NodeAgent.Cluster;

/// <summary>One key, or all keys under a prefix that ends with a slash.</summary>
/// <param name="Text">The key or the prefix.</param>
/// <param name="IsPrefix">Which of the two.</param>
public sealed record KeyRange(string Text, bool IsPrefix)
{
    private const int LongestKey = 512;

    /// <summary>The first key after the range, as etcd wants it; null for one key.</summary>
    public string? End => IsPrefix ? Text[..^1] + (char)(Text[^1] + 1) : null;

    /// <summary>One key.</summary>
    public static KeyRange Of(string key) => new(key, IsPrefix: false);

    /// <summary>All keys under a prefix.</summary>
    public static KeyRange Under(string prefix) => prefix.EndsWith('/')
        ? new(prefix, IsPrefix: true)
        : throw new ArgumentException("A prefix ends with a slash: /a would take /ab along.", nameof(prefix));

    /// <summary>True for 1 to 512 printable ASCII characters.</summary>
    public static bool IsKey(string key) => key.Length is > 0 and <= LongestKey && key.All(letter => letter is > ' ' and < '\x7f');

    /// <summary>True if a key belongs to it.</summary>
    public bool Contains(string key) => IsPrefix ? key.StartsWith(Text, StringComparison.Ordinal) : string.Equals(key, Text, StringComparison.Ordinal);
}
