namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A value understood, or what is wrong with its text.</summary>
internal readonly record struct Parsed(object? Value, string? Wrong, string Remedy)
{
    public static Parsed Ok(object value) => new(value, null, string.Empty);

    public static Parsed No(string wrong, string remedy) => new(null, wrong, remedy);
}
