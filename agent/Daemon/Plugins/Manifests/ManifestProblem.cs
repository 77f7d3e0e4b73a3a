namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>One thing that is wrong with a manifest.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Field">The field: "commands[1]"; empty for the whole file.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record ManifestProblem(string File, int Line, string Field, string Reason, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Field.Length == 0 ? $"{File}:{Line}: {Reason}. {Remedy}" : $"{File}:{Line}: {Field}: {Reason}. {Remedy}";
}
