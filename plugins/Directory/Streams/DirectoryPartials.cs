using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>Receives that broke off.</summary>
internal sealed class DirectoryPartials(UnitGate gate)
{
    /// <summary>What is kept of a broken receive, or null. A damaged note is no note: the stream is sent anew.</summary>
    public PartialRecord? Find(UnitFolder folder, string volume)
    {
        if (!File.Exists(folder.PartialFile(volume)) || !File.Exists(folder.PartialRecord(volume)))
        {
            return null;
        }

        try
        {
            var bytes = File.ReadAllBytes(folder.PartialRecord(volume));
            var found = JsonSerializer.Deserialize(bytes, UnitJson.Default.PartialRecord);
            return found?.Header.Check() is null ? found : null;
        }
        catch (Exception damaged) when (damaged is JsonException or FileNotFoundException)
        {
            gate.Context.Log.Write(Severity.Warning, $"forgot a broken receive of {volume}: {damaged.Message}");
            return null;
        }
    }

    /// <summary>Forgets a broken receive; none there: done.</summary>
    public async Task<Outcome> DiscardAsync(VolumeId volume, string what, CancellationToken cancellation)
    {
        var done = await gate.ChangeAsync<bool>(
            volume.Unit,
            what,
            (folder, _) =>
            {
                gate.Disk.Delete(folder.PartialRecord(volume.Name));
                gate.Disk.Delete(folder.PartialFile(volume.Name));
                return true;
            },
            cancellation);
        return done.WithoutValue();
    }
}
