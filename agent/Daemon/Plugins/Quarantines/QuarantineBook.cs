using System.Text.Json;

using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Plugins.Quarantines;

/// <summary>
/// Remembers over restarts who misbehaved, which plugin the process died of, and which version an operator chose.
/// One small file, replaced atomically.
/// </summary>
internal sealed class QuarantineBook
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private readonly TimeSpan first;
    private readonly TimeSpan longest;
    private readonly BookPage page;

    public QuarantineBook(string path, TimeProvider time, TimeSpan first, TimeSpan longest)
    {
        this.path = path;
        this.time = time;
        this.first = first;
        this.longest = longest;
        page = Read(path, out var damage);
        Damage = damage;
    }

    /// <summary>What was wrong when the file was read or last written; null if nothing was.</summary>
    public string? Damage { get; private set; }

    /// <summary>The quarantine that holds now; null if none does.</summary>
    public Quarantine? Find(PluginSubject subject)
    {
        lock (gate)
        {
            return page.Quarantines.GetValueOrDefault(subject.ToString()) is { } found && found.Until > time.GetUtcNow()
                ? found
                : null;
        }
    }

    /// <summary>Puts a subject into quarantine, each time twice as long.</summary>
    public Quarantine Add(PluginSubject subject, string reason)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var before = page.Quarantines.GetValueOrDefault(subject.ToString());

            // Good behaviour for the longest span earns a clean sheet.
            var count = before is not null && now - before.Until < longest ? before.Count + 1 : 1;
            var span = first * Math.Pow(2, Math.Min(count - 1, 20));
            var quarantine = new Quarantine(reason, now, now + (span < longest ? span : longest), count);
            page.Quarantines[subject.ToString()] = quarantine;
            Write();
            return quarantine;
        }
    }

    /// <summary>Ends a quarantine and forgets that it was; false if there was none.</summary>
    public bool Release(PluginSubject subject)
    {
        lock (gate)
        {
            var isThere = page.Quarantines.Remove(subject.ToString());
            isThere |= page.Deaths.Remove(subject.Name);
            if (isThere)
            {
                Write();
            }

            return isThere;
        }
    }

    /// <summary>Notes that a plugin begins to start; gives how often the process died of that before, in a row.</summary>
    public int Starting(string plugin)
    {
        lock (gate)
        {
            if (page.Starting.ContainsKey(plugin))
            {
                page.Deaths[plugin] = page.Deaths.GetValueOrDefault(plugin) + 1;
            }

            page.Starting[plugin] = time.GetUtcNow();
            Write();
            return page.Deaths.GetValueOrDefault(plugin);
        }
    }

    /// <summary>Notes that the start ended without killing the process.</summary>
    public void Started(string plugin, bool isGood)
    {
        lock (gate)
        {
            page.Starting.Remove(plugin);
            if (isGood)
            {
                page.Deaths.Remove(plugin);
            }

            Write();
        }
    }

    /// <summary>The version that an operator chose; null for the newest.</summary>
    public string? Choice(string plugin)
    {
        lock (gate)
        {
            return page.Choices.GetValueOrDefault(plugin);
        }
    }

    /// <summary>Keeps an operator's choice; null goes back to the newest.</summary>
    public void Choose(string plugin, string? version)
    {
        lock (gate)
        {
            if (version is null)
            {
                page.Choices.Remove(plugin);
            }
            else
            {
                page.Choices[plugin] = version;
            }

            Write();
        }
    }

    private static BookPage Read(string path, out string? damage)
    {
        damage = null;
        if (!File.Exists(path))
        {
            return new BookPage();
        }

        try
        {
            return JsonSerializer.Deserialize<BookPage>(File.ReadAllBytes(path), Format) is { } read
                && read is { Quarantines: not null, Starting: not null, Deaths: not null, Choices: not null }
                && !read.Quarantines.ContainsValue(null!)
                ? read
                : throw new JsonException("a part is missing");
        }
        catch (JsonException wrong)
        {
            // A memory of misbehaviour is not worth a refusal to start; the file is kept for whoever wonders.
            File.Move(path, path + ".damaged", overwrite: true);
            damage = $"{path} was damaged ({wrong.Message}); quarantines are forgotten, the file is kept as {path}.damaged";
            return new BookPage();
        }
    }

    private void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // A full disk must not add a failure to the one that is being noted: what is in memory still holds.
        var outcome = AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(page, Format));
        Damage = outcome.Fault is { } fault ? $"{fault}; quarantines will be forgotten at the next start" : Damage;
    }
}
