namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>A manifest, or everything that is wrong with it.</summary>
/// <param name="Manifest">The manifest; null if there are problems.</param>
/// <param name="Problems">All problems, in the order of the file.</param>
public sealed record ManifestReading(PluginManifest? Manifest, IReadOnlyList<ManifestProblem> Problems);
