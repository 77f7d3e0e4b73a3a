using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Partings;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>Makes units of rows.</summary>
internal static class UnitReading
{
    public static Outcome<UnitState> Read(string what, Layout layout, UnitId id, IReadOnlyList<DatasetRow> rows)
    {
        var reader = new RowReader();
        var unit = One(layout, id, rows, reader);
        return reader.Wrong is null ? unit : ToolFaults.Unparseable(what, reader.Wrong);
    }

    public static Outcome<IReadOnlyList<UnitState>> ReadAll(string what, Layout layout, IReadOnlyList<DatasetRow> rows)
    {
        var reader = new RowReader();
        var prefix = layout.Root + "/";
        var units = rows.Where(row => row.Type == "FILESYSTEM" && row.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(row => row.Name[prefix.Length..])
            .Where(Names.IsValid)
            .Order(StringComparer.Ordinal)
            .Select(name => One(layout, new UnitId(layout.Backend, name), rows, reader))
            .ToList();
        return reader.Wrong is null ? units : ToolFaults.Unparseable(what, reader.Wrong);
    }

    private static UnitState One(Layout layout, UnitId id, IReadOnlyList<DatasetRow> rows, RowReader reader)
    {
        var dataset = layout.Unit(id);
        var own = rows.FirstOrDefault(row => row.Name == dataset);
        if (own is null)
        {
            return new UnitState(id, dataset);
        }

        var volumes = rows.Where(row => row.Type is "FILESYSTEM" or "VOLUME" && IsChild(row.Name, dataset))
            .OrderBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => Volume(row, dataset, rows, reader))
            .ToList();
        return new UnitState(id, dataset)
        {
            Exists = true,
            IsMade = own.Text(Keys.Epoch) is not null,
            Epoch = new Epoch(reader.Number(own, Keys.Epoch)),
            ReadOnly = reader.Switch(own, "readonly"),
            OwnHead = own.Text(Keys.Head) != Keys.Received,
            Volumes = volumes,
            Owned = own.Text(Keys.Owner) is not null,
            Parting = Parting.Read(own, reader),
            Kept = KeptMark.Read(own, id, reader),
            Strangers =
            [
                .. rows.Where(row => row.Type is "FILESYSTEM" or "VOLUME" && row.Name != dataset && !IsChild(row.Name, dataset))
                    .Select(row => row.Name).Where(name => name.StartsWith(dataset + "/", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal),
            ],
            OwnSnapshots = [.. rows.Where(row => row.Type == "SNAPSHOT" && row.Dataset == dataset).Select(row => row.Short)],
        };
    }

    private static bool IsChild(string name, string dataset) =>
        name.Length > dataset.Length + 1
        && name.StartsWith(dataset, StringComparison.Ordinal)
        && name[dataset.Length] == '/'
        && Names.IsValid(name[(dataset.Length + 1)..]);

    private static VolumeState Volume(DatasetRow row, string unit, IReadOnlyList<DatasetRow> rows, RowReader reader)
    {
        var isBlock = row.Type == "VOLUME";
        Point[] points = [.. rows.Where(other => other.Type is "SNAPSHOT" or "BOOKMARK" && other.Dataset == row.Name)
            .Select(other => Point(other, reader)).OrderBy(point => point.Txg).ThenBy(point => point.IsBookmark)];
        var newest = points.LastOrDefault(point => !point.IsBookmark);
        var written = reader.Required(row, "written");
        return new VolumeState(row.Name[(unit.Length + 1)..], row.Name, isBlock ? VolumeKind.Block : VolumeKind.Filesystem)
        {
            Used = reader.Number(row, "used"),
            Written = newest is not null && row.Text(Keys.Clean) == $"{newest.Guid}:{written}" ? 0 : written,
            ReadOnly = reader.Switch(row, "readonly"),
            Mounted = !isBlock && reader.Switch(row, "mounted"),
            Mountpoint = isBlock || row.Text("mountpoint") is not ['/', ..] ? null : row.Text("mountpoint"),
            CanMount = row.Text("canmount") ?? "",
            KeyMissing = row.Text("keystatus") == "unavailable",
            Bytes = isBlock ? reader.Required(row, "volsize") : reader.Number(row, "refquota"),
            Origin = row.Text("origin"),
            ResumeToken = row.Text("receive_resume_token"),
            Profile = row.Text(Keys.Profile) ?? "",
            Points = points,
        };
    }

    // A receive that broke off is a hidden clone of what it began at. It is ours, goes with the next order to discard it, and
    // must not be taken for something that somebody made.
    private static string[] Clones(DatasetRow row) =>
        [.. (row.Text("clones")?.Split(',') ?? []).Where(clone => !clone.EndsWith("/%recv", StringComparison.Ordinal))];

    private static Point Point(DatasetRow row, RowReader reader) => new(
        row.Short,
        reader.Guid(row),
        reader.Required(row, "createtxg"),
        reader.Milliseconds(row, Keys.Taken) ?? reader.Time(row, "creation"),
        row.Text(Keys.Taken) is not null,
        row.Type == "BOOKMARK",
        reader.Number(row, "userrefs"),
        Clones(row),
        row.Text(Keys.Volumes)?.Split(','));
}
