using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Partings;

/// <summary>Says of a unit that it is the head that another one was parted from.</summary>
/// <param name="Unit">The unit it was part of.</param>
/// <param name="Snapshot">The newest snapshot that both had; null: none.</param>
/// <param name="Since">When it was put away.</param>
internal sealed record KeptMark(string Unit, string? Snapshot, DateTimeOffset Since)
{
    private const string Nothing = "-";

    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Unit},{Snapshot ?? Nothing},{Since.ToUnixTimeMilliseconds()}");

    /// <summary>Reads it from the unit's row; null if it keeps nothing.</summary>
    public static KeptMark? Read(DatasetRow row, UnitId id, RowReader reader)
    {
        if (row.Text(Keys.Kept) is not { } text)
        {
            return null;
        }

        if (text.Split(',') is [var unit, var snapshot, var since] && Names.IsValid(unit) && unit != id.Name
            && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return new KeptMark(unit, snapshot == Nothing ? null : snapshot, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
        }

        reader.Note(row, Keys.Kept, text);
        return null;
    }
}
