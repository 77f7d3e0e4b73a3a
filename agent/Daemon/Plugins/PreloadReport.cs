namespace NodeAgent.Daemon.Plugins;

/// <summary>What was loaded ahead of its use.</summary>
/// <param name="Assemblies">Assemblies loaded.</param>
/// <param name="NativeLibraries">Native libraries loaded.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Left">Files that could not be loaded, with the reason.</param>
public sealed record PreloadReport(
    int Assemblies, int NativeLibraries, TimeSpan Took, IReadOnlyList<string> Left);
