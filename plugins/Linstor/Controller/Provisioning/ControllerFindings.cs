using NodeAgent.Plugins.LinstorBackend.Controller.Seen;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>What LINSTOR has that would hurt one day: quorum gone, two primaries allowed, voices without a copy.</summary>
internal static class ControllerFindings
{
    private static readonly string[] Yes = ["yes", "true"];

    public static IReadOnlyList<string> Judge(string groupName, SeenGroup? group, IReadOnlyList<SeenDefinition> definitions, IReadOnlyList<SeenResource> copies)
    {
        List<string> found = [];
        if (group is null)
        {
            found.Add($"LINSTOR has no resource group {groupName}: nothing can be made.");
        }

        foreach (var definition in definitions)
        {
            var own = copies.Where(copy => ControllerLooks.IsSame(copy.Name, definition.Name)).ToList();
            found.AddRange(About(definition, group, own));
        }

        return found;
    }

    private static IEnumerable<string> About(SeenDefinition definition, SeenGroup? group, IReadOnlyList<SeenResource> copies)
    {
        var name = definition.Name;
        if (Yes.Contains(Effective(definition, group, copies, ResourceProps.TwoPrimaries), StringComparer.OrdinalIgnoreCase))
        {
            yield return $"ALARM: LINSTOR lets two nodes write {name} at once: 'linstor resource-definition set-property {name} {ResourceProps.TwoPrimaries} no'.";
        }

        if (Quorum(definition, group, copies) is { } quorum)
        {
            yield return quorum;
        }

        foreach (var voice in copies.Where(copy => copy is { IsDiskless: true, IsTieBreaker: false }))
        {
            yield return $"ALARM: {voice.Node} has no copy of {name} and a vote on it: 'linstor resource delete {voice.Node} {name}', or make it a client without one.";
        }

        foreach (var copy in copies.Where(copy => copy.IsTieBreaker))
        {
            yield return $"{copy.Node} breaks ties for {name}: this backend knows two nodes and does not understand the resource with three.";
        }
    }

    private static string? Quorum(SeenDefinition definition, SeenGroup? group, IReadOnlyList<SeenResource> copies)
    {
        var name = definition.Name;
        var quorum = Effective(definition, group, copies, ResourceProps.Quorum);
        var isOff = quorum is "" or "off";
        var wanted = group?.Props.GetValueOrDefault(ResourceProps.Quorum, "") ?? "";

        // Three voices and no quorum: taken away, without a word, when copies were too few. Of two voices one is no majority.
        return copies.Count == 2 && !isOff
                ? $"ALARM: {name} has two votes and quorum '{quorum}': with one node gone the other cannot write. 'linstor resource-definition set-property {name} {ResourceProps.Quorum} off'."
            : isOff && copies.Count > 2
                ? $"ALARM: {name} has no quorum{(wanted is "" or "off" ? $" on {copies.Count} nodes" : $" and its group asks for '{wanted}'")}: auto-quorum removes it when copies are few. 'linstor resource-definition set-property {name} {ResourceProps.AutoQuorum} disabled', then set {ResourceProps.Quorum}."
            : Effective(definition, group, copies, ResourceProps.AutoQuorum) is not "disabled" and var auto
                ? $"LINSTOR may change the quorum of {name} by itself (auto-quorum is '{(auto.Length > 0 ? auto : "on by default")}'): 'linstor resource-definition set-property {name} {ResourceProps.AutoQuorum} disabled'."
            : null;
    }

    // The nearest setting counts: a copy's, its resource's, its group's. LINSTOR's own sum of them is believed where it tells.
    private static string Effective(SeenDefinition definition, SeenGroup? group, IReadOnlyList<SeenResource> copies, string key)
    {
        var told = copies.Select(copy => copy.Effective.GetValueOrDefault(key) ?? copy.Props.GetValueOrDefault(key)).OfType<string>().ToList();
        return told.Count > 0 ? told.Find(value => Yes.Contains(value, StringComparer.OrdinalIgnoreCase)) ?? told[0]
            : definition.Props.GetValueOrDefault(key) ?? (group is not null && ControllerLooks.IsSame(group.Name, definition.Group) ? group.Props.GetValueOrDefault(key, "") : "");
    }
}
