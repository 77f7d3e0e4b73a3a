namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>Two networks with one address are one network: its loss would be taken for the loss of a single path.</summary>
internal sealed class NetworkCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        foreach (var same in draft.Config.Networks.Values.GroupBy(network => network.Address).Where(group => group.Count() > 1))
        {
            var first = same.First();
            foreach (var other in same.Skip(1))
            {
                var field = $"networks[{other.Name}].address";
                problems.Error(
                    draft.PlaceOf(field),
                    field,
                    $"{other.Address} is the address on network '{first.Name}' too",
                    "Give each network its own address, or remove one");
            }
        }
    }
}
