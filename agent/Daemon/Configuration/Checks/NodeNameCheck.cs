using NodeAgent.Contract;

namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>The host's name may be no name for a node.</summary>
internal sealed class NodeNameCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        if (!Names.IsValid(draft.Config.Node.Value))
        {
            problems.Error(
                draft.PlaceOf("node.name"),
                "node.name",
                $"is not set, and the host name '{draft.Sources.HostName}' cannot be the name of a node",
                $"Set node.name. A name is {Names.Rule}");
        }
    }
}
