using NodeAgent.Contract;
using NodeAgent.Linux.Modules;

namespace NodeAgent.Daemon.Tuning;

/// <summary>Writes parameters and reads them back.</summary>
internal sealed class KnobWriter(IModuleParameters module)
{
    /// <summary>The value; null if there is none that is a number.</summary>
    public long? Read(string name) => module.Look(name) is { IsOk: true, Value: { } found } ? ParameterText.Number(found.Text) : null;

    /// <summary>Writes all that differ, goes on after a fault, and gives all faults. Repeating it changes nothing.</summary>
    public IReadOnlyList<Fault> Write(IEnumerable<(string Name, long Value)> wanted)
    {
        var faults = new List<Fault>();
        foreach (var (name, value) in InOrder(wanted))
        {
            var written = module.Write(name, ParameterText.Of(value));
            if (!written.IsOk)
            {
                faults.Add(written.Fault);
            }
            else if (Read(name) is var back && back != value)
            {
                faults.Add(TuneFaults.ReadsBack(name, value, back is { } number ? ParameterText.Of(number) : "nothing"));
            }
        }

        return faults;
    }

    /// <summary>First what widens, so that no smallest number ever lies above its largest.</summary>
    private IReadOnlyList<(string Name, long Value)> InOrder(IEnumerable<(string Name, long Value)> wanted) =>
    [
        .. wanted.Select(entry => (entry.Name, entry.Value, Now: Read(entry.Name))).Where(entry => entry.Now != entry.Value)
            .OrderBy(entry => Knobs.All.Any(knob => knob.Name == entry.Name && knob.Above is not null) == entry.Value > entry.Now ? 1 : 0)
            .Select(entry => (entry.Name, entry.Value)),
    ];
}
