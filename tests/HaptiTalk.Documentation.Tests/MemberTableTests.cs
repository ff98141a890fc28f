using System.Reflection;
using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Documentation.Tests;

/// <summary>Tables that list what a type has.</summary>
public sealed class MemberTableTests
{
    private static readonly Type[] EventTypes =
        [.. typeof(ResilienceEvent).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(ResilienceEvent)))];

    private static readonly NullabilityInfoContext Nullability = new();

    [Fact]
    public void EventsPage_Events_AreThoseThereAre() =>
        MarkdownPage.Read("docs/events.md").TableWith("Event", "Raised when").Select("Event")
            .ShouldBe(EventTypes.Where(type => !type.IsAbstract).Select(type => $"`{type.Name}`"), ignoreOrder: true);

    [Fact]
    public void EventsPage_Properties_AreThoseOfTheEvents() =>
        MarkdownPage.Read("docs/events.md").TableWith("Event", "Property", "Type").Select("Event", "Property", "Type")
            .ShouldBe(EventTypes.SelectMany(type => PropertiesOf(type).Select(property => $"`{type.Name}` | {Row(property)}")), ignoreOrder: true);

    [Fact]
    public void ControlPage_Members_AreThoseOfTheInterface() =>
        MarkdownPage.Read("docs/control.md").TableWith("Member").Select("Member")
            .ShouldBe(typeof(IResilienceControl).GetMembers().Where(IsNoAccessor).Select(member => $"`{member.Name}`"), ignoreOrder: true);

    [Fact]
    public void ControlPage_Properties_AreThoseOfAChange() =>
        MarkdownPage.Read("docs/control.md").TableWith("Property", "Type").Select("Property", "Type")
            .ShouldBe(PropertiesOf(typeof(ControlChange)).Select(Row));

    [Fact]
    public void CircuitBreakerPage_Cause_HasThePropertiesOfTheCause() =>
        MarkdownPage.Read("docs/circuit-breaker.md").TableWith("`CircuitCause`", "Type").Select("`CircuitCause`", "Type")
            .ShouldBe(PropertiesOf(typeof(CircuitCause)).Select(Row));

    [Fact]
    public void ConfigurationPage_Description_HasThePropertiesOfADescription() =>
        MarkdownPage.Read("docs/configuration.md").TableWith("Property", "Meaning").Select("Property")
            .ShouldBe(PropertiesOf(typeof(ProfileDescription)).Select(property => $"`{property.Name}`"));

    [Fact]
    public void CustomPoliciesPage_Context_HasThePropertiesOfTheContext() =>
        MarkdownPage.Read("docs/custom-policies.md").TableWith("`PolicyContext`", "Type").Select("`PolicyContext`", "Type")
            .ShouldBe(PropertiesOf(typeof(PolicyContext)).Select(Row));

    [Fact]
    public void CustomPoliciesPage_Positions_AreInTheirOrder()
    {
        MarkdownPage page = MarkdownPage.Read("docs/custom-policies.md");
        string[] names = Enum.GetNames<PolicyPosition>();

        page.TableWith("Position").Select("Position").ShouldBe(names.Select(name => $"`{name}`"));
        page.CodeBlocks.Single(block => block.Language == "text").Code.Split('\n', StringSplitOptions.TrimEntries)
            .Where(names.Contains)
            .ShouldBe(names);
    }

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static string Row(PropertyInfo property) => $"`{property.Name}` | `{NameOf(property)}`";

    private static string NameOf(PropertyInfo property)
    {
        Type? value = Nullable.GetUnderlyingType(property.PropertyType);
        bool isOptional = value is not null || Nullability.Create(property).ReadState == NullabilityState.Nullable;
        return NameOf(value ?? property.PropertyType) + (isOptional ? "?" : string.Empty);
    }

    private static string NameOf(Type type) =>
        type == typeof(string) ? "string"
        : type == typeof(int) ? "int"
        : type == typeof(long) ? "long"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    private static bool IsNoAccessor(MemberInfo member) => member is not MethodInfo { IsSpecialName: true };
}
