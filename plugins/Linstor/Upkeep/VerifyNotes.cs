using System.Collections.Immutable;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Choices;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>When the copies of a resource's volumes were compared from this node; kept over restarts. Decides only when it is done again.</summary>
/// <param name="file">Where it is kept: a line for each volume, "VOLUME BEGUN ENDED FOUND" in seconds and bytes, "-" for never.</param>
internal sealed class VerifyNotes(string file)
{
    private ImmutableSortedDictionary<int, VerifyNote>? notes;

    /// <summary>The notes, by volume. One that cannot be read is one that is not there.</summary>
    public ImmutableSortedDictionary<int, VerifyNote> All => notes ??= Read();

    /// <summary>Keeps it. A fault: it is not kept, and what it is about must not be begun.</summary>
    public Outcome Put(VerifyNote note)
    {
        var changed = All.SetItem(note.Volume, note);
        try
        {
            var made = $"{file}.new";
            File.WriteAllLines(made, changed.Values.Select(Line));
            File.Move(made, file, overwrite: true);
            notes = changed;
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Faults.Data($"cannot keep {file}", e.Message, "Mend the backend's state folder.");
        }
    }

    /// <summary>What it is about is gone: another that gets the name was never compared.</summary>
    public void Forget()
    {
        notes = ImmutableSortedDictionary<int, VerifyNote>.Empty;
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only decides when the copies are compared.
        }
    }

    private ImmutableSortedDictionary<int, VerifyNote> Read()
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file).Select(Parse).OfType<VerifyNote>().DistinctBy(note => note.Volume).ToImmutableSortedDictionary(note => note.Volume, note => note)
                : ImmutableSortedDictionary<int, VerifyNote>.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ImmutableSortedDictionary<int, VerifyNote>.Empty;
        }
    }

    private static string Line(VerifyNote note) => string.Create(
        CultureInfo.InvariantCulture, $"{note.Volume} {note.Begun.ToUnixTimeSeconds()} {note.Ended?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "-"} {note.FoundBytes}");

    private static VerifyNote? Parse(string line) =>
        line.Split(' ') is [var volume, var begun, var ended, var found] && int.TryParse(volume, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && ToldNumbers.UnixSeconds(begun) is { } since && ToldNumbers.Bytes(found) is { } bytes
            ? new VerifyNote(number, since, ToldNumbers.UnixSeconds(ended), bytes) : null;
}
