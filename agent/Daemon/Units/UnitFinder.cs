using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Units;

/// <summary>Finds what an operator means by "db", "tank:db" or "db/data".</summary>
public sealed class UnitFinder(NodeId self, UnitRegistry registry)
{
    /// <summary>A unit by its name, with or without its backend.</summary>
    public Outcome<UnitRecord> Find(string text)
    {
        var found = registry.All().Where(record => record.Unit.Name == text || record.Unit.ToString() == text).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => UnitFaults.Unknown(text),
            _ => UnitFaults.Ambiguous(text, found.Select(record => record.Unit)),
        };
    }

    /// <summary>A unit that this node writes.</summary>
    public Outcome<UnitRecord> FindOwn(string text)
    {
        var record = Find(text);
        return record.IsOk && record.Value.Writer != self ? UnitFaults.NotWriter(record.Value, self) : record;
    }
}
