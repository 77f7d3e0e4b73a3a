using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Daemon.Plugins.Discovery;

/// <summary>One version of a plugin on disk.</summary>
/// <param name="Path">The folder with the manifest, absolute.</param>
/// <param name="Root">The plugin root it was found under; up to there owners are checked.</param>
/// <param name="Manifest">The manifest; null if it is wrong.</param>
/// <param name="Verdicts">What was found so far.</param>
public sealed record PluginFolder(
    string Path, string Root, PluginManifest? Manifest, IReadOnlyList<LoadVerdict> Verdicts)
{
    /// <summary>Reads a folder on its own, outside any plugin root, as <c>plugin verify</c> does.</summary>
    public static PluginFolder Read(string path) => Read(path, path);

    internal static PluginFolder Read(string path, string root)
    {
        var full = System.IO.Path.GetFullPath(path);
        var reading = ManifestReader.ReadFile(System.IO.Path.Combine(full, PluginManifest.FileName));
        IReadOnlyList<LoadVerdict> verdicts = reading.Manifest is { } manifest
            ? [LoadVerdict.Good(LoadStage.Manifest, $"{manifest.Id} {manifest.Version} for contract {manifest.Contract}")]
            : [.. reading.Problems.Select(problem => LoadVerdict.Bad(
                LoadStage.Manifest,
                $"{problem.File}:{problem.Line}: {(problem.Field.Length == 0 ? "" : problem.Field + ": ")}{problem.Reason}",
                problem.Remedy))];
        return new PluginFolder(full, System.IO.Path.GetFullPath(root), reading.Manifest, verdicts);
    }
}
