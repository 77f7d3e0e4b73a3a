namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>Where something stands. Lines and columns count from 1.</summary>
internal sealed record Place(string File, int Line, int Column)
{
    /// <summary>The beginning of a file, for what is about the file as such.</summary>
    public static Place StartOf(string file) => new(file, 1, 1);

    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}";
}
