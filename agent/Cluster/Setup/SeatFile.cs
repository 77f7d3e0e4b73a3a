namespace NodeAgent.Cluster.Setup;

/// <summary>A file that a seat needs.</summary>
/// <param name="Path">Where, without the slash before it.</param>
/// <param name="Text">What is in it.</param>
/// <param name="IsSecret">True if only root may read it.</param>
public sealed record SeatFile(string Path, string Text, bool IsSecret)
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Its mode.</summary>
    public UnixFileMode Mode => IsSecret ? Secret : Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}
