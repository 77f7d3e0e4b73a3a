using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Cluster.Ledger;

/// <summary>What a node remembers of the store, as JSON.</summary>
public static class StoreMemoryJson
{
    /// <summary>Reads it whole or not at all.</summary>
    public static Outcome<StoreMemory> Read(string path, string text) => RecordJson.Read(new StoreEntry(path, text, 0, 0, default), fields =>
    {
        var memory = new StoreMemory(fields.TextOrNull("store"), fields.Number("revision"), fields.Epochs("known"), fields.TextOrNull("doubt"));
        fields.NothingElse();
        return memory;
    });

    /// <summary>Writes it.</summary>
    public static string Write(StoreMemory memory) => RecordJson.Write(json =>
    {
        if (memory.Store is { } store)
        {
            json.WriteString("store", store);
        }

        json.WriteNumber("revision", memory.Revision);
        json.WriteEpochs("known", memory.Known);
        if (memory.Doubt is { } doubt)
        {
            json.WriteString("doubt", doubt);
        }
    });
}
