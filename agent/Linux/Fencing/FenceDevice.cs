namespace NodeAgent.Linux.Fencing;

/// <summary>What cuts a node's power: a fence agent with its options.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Agent">The program of the package fence-agents, such as "fence_ipmilan".</param>
/// <param name="Options">Its options as its manual names them. No secrets here: they are in the file.</param>
/// <param name="SecretsFile">Lines "key=value", read at each use; must be root's and nobody else's (0600). Null for none.</param>
public sealed record FenceDevice(string Name, string Agent, IReadOnlyDictionary<string, string> Options, string? SecretsFile = null);
