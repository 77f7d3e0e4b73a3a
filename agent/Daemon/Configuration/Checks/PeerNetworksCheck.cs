namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>The networks that are preferred must exist, each once.</summary>
internal sealed class PeerNetworksCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        var known = draft.Values.Items("networks");
        HashSet<string> seen = [];
        foreach (var index in draft.Values.Items("peers.networks"))
        {
            var field = $"peers.networks[{index}]";
            if (draft.Values.Find(field) is not string name)
            {
                continue;
            }

            if (!known.Contains(name))
            {
                problems.Error(draft.PlaceOf(field), field, $"there is no network '{name}'", Remedy(name, known));
            }
            else if (!seen.Add(name))
            {
                problems.Error(draft.PlaceOf(field), field, $"names network '{name}' again", "Keep it at its best place only");
            }
        }
    }

    private static string Remedy(string name, IReadOnlyList<string> known)
    {
        if (Nearest.To(name, known) is { } near)
        {
            return $"Did you mean '{near}'?";
        }

        return known.Count == 0 ? $"Add '{name}' to networks" : $"Add '{name}' to networks, or choose from: {string.Join(", ", known)}";
    }
}
