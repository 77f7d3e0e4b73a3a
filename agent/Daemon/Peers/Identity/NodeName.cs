using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>The rule for names, and a little more: a node's name is also a DNS name in its certificate.</summary>
internal static class NodeName
{
    public static bool IsValid(string? text) => Names.IsValid(text) && char.IsAsciiLetterOrDigit(text![^1]);

    public static Outcome<NodeId> Parse(string? text) => IsValid(text)
        ? new NodeId(text!)
        : Names.Invalid("node", text);
}
