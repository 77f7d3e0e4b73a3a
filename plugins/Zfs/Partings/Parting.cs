using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Partings;

/// <summary>What a unit was told to go back to. It lies on the unit until that is done, so that anybody can go on with it.</summary>
/// <param name="KeepAs">The unit that keeps what only this copy has.</param>
/// <param name="Snapshot">The snapshot to go back to; null: none.</param>
internal sealed record Parting(string KeepAs, string? Snapshot)
{
    private const string Nothing = "-";

    public string Text => $"{KeepAs},{Snapshot ?? Nothing}";

    /// <summary>Reads it from the unit's row; null if there is none.</summary>
    public static Parting? Read(DatasetRow row, RowReader reader)
    {
        if (row.Text(Keys.Parting) is not { } text)
        {
            return null;
        }

        if (text.Split(',') is [var keepAs, var snapshot] && Names.IsValid(keepAs) && (snapshot == Nothing || Names.IsValid(snapshot)))
        {
            return new Parting(keepAs, snapshot == Nothing ? null : snapshot);
        }

        reader.Note(row, Keys.Parting, text);
        return null;
    }
}
