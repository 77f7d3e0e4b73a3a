namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>What a plugin says about itself in its manifest, checked.</summary>
/// <param name="Id">The kind of backend it brings, such as "zfs"; the name of its folder.</param>
/// <param name="Version">Its version.</param>
/// <param name="Contract">The contract it was built for.</param>
/// <param name="Assembly">The file that holds the factory, in the manifest's folder.</param>
/// <param name="Factory">The full name of the factory's type.</param>
/// <param name="Commands">The only programs it may run.</param>
/// <param name="Devices">The device files its programs use.</param>
/// <param name="Sha256">Hashes in lower-case hex by path in the folder; empty if none are given.</param>
public sealed record PluginManifest(
    string Id,
    PluginVersion Version,
    ContractLevel Contract,
    string Assembly,
    string Factory,
    IReadOnlyList<string> Commands,
    IReadOnlyList<string> Devices,
    IReadOnlyDictionary<string, string> Sha256)
{
    /// <summary>
    /// What was not tried yet, in one sentence; null: nothing is known. A backend of such a plugin starts only where the
    /// configuration accepts that.
    /// </summary>
    public string? Trial { get; init; }

    /// <summary>The name of the manifest in a plugin's folder.</summary>
    public const string FileName = "nodeagent.plugin.json";
}
