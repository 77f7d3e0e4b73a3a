using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>A backend object of a plugin, with everything asked of it once that must always be the same.</summary>
internal sealed class Attachment
{
    private readonly Dictionary<Type, object> abilities = [];

    private Attachment(IBackend backend, BackendDescription description)
    {
        Backend = backend;
        Description = description;
    }

    public IBackend Backend { get; }

    public BackendDescription Description { get; }

    /// <summary>The format of its streams; empty if it has none.</summary>
    public string StreamFormat { get; private set; } = "";

    /// <summary>The abilities it has, ordered by name.</summary>
    public IReadOnlyList<string> AbilityNames => [.. abilities.Keys.Select(type => type.Name).Order(StringComparer.Ordinal)];

    /// <summary>Asks a backend what it is. Runs plugin code: only under <see cref="PluginCode"/>.</summary>
    public static Attachment Of(IBackend backend)
    {
        var description = backend.Describe()
            ?? throw new InvalidOperationException("Describe() answered nothing");
        var attachment = new Attachment(backend, description);
        attachment.Note<IVolumes>();
        attachment.Note<ISnapshots>();
        attachment.Note<IRoles>();
        attachment.Note<IReplicationStreams>();
        attachment.Note<IReplicationStatus>();
        attachment.Note<IChangedExtents>();
        attachment.Note<IStorageEvents>();
        attachment.Note<IPools>();
        attachment.Note<IPoolLayouts>();
        attachment.Note<IRejoin>();
        attachment.Note<IUpkeep>();
        attachment.Note<ICopyChoice>();
        attachment.Note<IDriveReplacement>();
        attachment.Note<INodeAbsence>();
        attachment.Note<ISiteMirrors>();
        attachment.StreamFormat = attachment.Ability<IReplicationStreams>()?.Format ?? "";
        return attachment;
    }

    public T? Ability<T>()
        where T : class => typeof(T) == typeof(IBackend) ? (T)Backend : (T?)abilities.GetValueOrDefault(typeof(T));

    public bool Has(Type ability) => abilities.ContainsKey(ability);

    private void Note<T>()
        where T : class
    {
        if (Backend.Ability<T>() is { } ability)
        {
            abilities.Add(typeof(T), ability);
        }
    }
}
