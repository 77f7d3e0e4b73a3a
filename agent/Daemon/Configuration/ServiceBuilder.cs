using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Daemon.Configuration;

/// <summary>Makes services and fence devices from what the files set. Items that lack what they need are left out.</summary>
internal sealed class ServiceBuilder(ConfigValues values)
{
    public IReadOnlyList<ServiceConfig> Services() =>
        [.. values.Items("services").Select(name => Service(name, $"services[{name}]"))];

    public IReadOnlyList<FenceConfig> Fencing()
    {
        List<FenceConfig> devices = [];
        foreach (var name in values.Items("fencing"))
        {
            var path = $"fencing[{name}]";
            if (values.Find($"{path}.node") is string node && values.Find($"{path}.agent") is string agent)
            {
                devices.Add(new FenceConfig(
                    name, new NodeId(node), agent, Get<int>(path, "level"), Options($"{path}.options"), values.Find($"{path}.secrets") as string));
            }
        }

        return devices;
    }

    private ServiceConfig Service(string name, string path) => new(
        name,
        [.. List<UnitId>($"{path}.units")],
        Parts($"{path}.parts"),
        [.. List<string>($"{path}.nodes").Select(node => new NodeId(node))],
        Get<TimeSpan>(path, "rpo_limit"),
        Get<int>(path, "restart_limit"),
        Get<int>(path, "move_limit"),
        Get<bool>(path, "fail_back"),
        Get<bool>(path, "spread"),
        Get<NodeStopPolicy>(path, "on_node_stop"),
        [.. List<string>($"{path}.with")],
        [.. List<string>($"{path}.apart")]);

    private List<PartConfig> Parts(string list)
    {
        List<PartConfig> parts = [];
        foreach (var name in values.Items(list))
        {
            var path = $"{list}[{name}]";
            if (values.Find($"{path}.kind") is PartKind kind && values.Find($"{path}.what") is string what)
            {
                parts.Add(new PartConfig(
                    name, kind, what, Get<TimeSpan>(path, "start_timeout"), Get<TimeSpan>(path, "stop_timeout"), Options($"{path}.parameters")));
            }
        }

        return parts;
    }

    /// <summary>Items of lists have their defaults in the schema only.</summary>
    private T Get<T>(string path, string field) =>
        (T)(values.Find($"{path}.{field}") ?? Default((ScalarField)SchemaFields.Find($"{path}.{field}")!));

    private static object Default(ScalarField field) => field.Kind.Parse(field.Default!).Value
        ?? throw new InvalidOperationException($"The default of {field.Name} keeps no rule of its own.");

    private IEnumerable<T> List<T>(string path) =>
        values.Items(path).Select(index => values.Find($"{path}[{index}]")).OfType<T>();

    private Dictionary<string, string> Options(string path) =>
        values.Items(path).ToDictionary(key => key, key => (string)values.Find($"{path}.{key}")!);
}
