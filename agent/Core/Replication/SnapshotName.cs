using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Core.Replication;

/// <summary>
/// The name of a snapshot that replication makes: "na-EPOCH-NUMBER". Only snapshots of this form are ever deleted by
/// retention; whatever else is there belongs to somebody.
/// </summary>
/// <param name="Epoch">The writer's epoch.</param>
/// <param name="Number">Grows by one with each snapshot.</param>
public readonly record struct SnapshotName(Epoch Epoch, long Number) : IComparable<SnapshotName>
{
    private const string Prefix = "na-";

    /// <summary>Reads a name; null if replication did not make it.</summary>
    public static SnapshotName? Parse(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = name[Prefix.Length..].Split('-');
        return parts.Length == 2 && TryNumber(parts[0], out var epoch) && TryNumber(parts[1], out var number)
            ? new SnapshotName(new Epoch(epoch), number)
            : null;
    }

    /// <summary>The name for the next snapshot, later than all that are there.</summary>
    public static SnapshotName Next(IEnumerable<string> existing, Epoch epoch)
    {
        var last = existing.Select(Parse).Where(name => name is not null).Select(name => name!.Value.Number);
        return new SnapshotName(epoch, last.DefaultIfEmpty(0).Max() + 1);
    }

    /// <inheritdoc/>
    public int CompareTo(SnapshotName other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => $"{Prefix}{Epoch}-{Number}";

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
