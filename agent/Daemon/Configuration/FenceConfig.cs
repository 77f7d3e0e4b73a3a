using NodeAgent.Contract;

namespace NodeAgent.Daemon.Configuration;

/// <summary>What cuts a node's power.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Node">The node that it switches.</param>
/// <param name="Agent">The fence agent.</param>
/// <param name="Level">Levels are tried in order; all devices of one level must confirm.</param>
/// <param name="Options">The agent's own.</param>
/// <param name="Secrets">The file of secrets; null for none.</param>
internal sealed record FenceConfig(
    string Name, NodeId Node, string Agent, int Level, IReadOnlyDictionary<string, string> Options, string? Secrets);
