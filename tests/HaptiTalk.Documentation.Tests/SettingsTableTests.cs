using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Documentation.Tests;

public sealed class SettingsTableTests
{
    private static readonly ServiceProfile Defaults = new();

    public static TheoryData<string> Policies => [.. Properties(typeof(ServiceProfile)).Where(IsPolicy).Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void PolicyPage_Settings_AreThoseOfItsOptions(string policy)
    {
        object options = typeof(ServiceProfile).GetProperty(policy)!.GetValue(Defaults)!;

        RowsOf($"docs/{JsonNamingPolicy.KebabCaseLower.ConvertName(policy)}.md")
            .ShouldBe(Properties(options.GetType()).Select(property => Row($"{policy}:", property, options)));
    }

    [Fact]
    public void ConfigurationPage_Settings_AreThoseOfAProfileItself() =>
        RowsOf("docs/configuration.md")
            .ShouldBe(Properties(typeof(ServiceProfile)).Where(property => !IsPolicy(property)).Select(property => Row("", property, Defaults)));

    private static IEnumerable<string> RowsOf(string page) =>
        MarkdownPage.Read(page).TableWith("Setting", "Default", "Range").Select("Setting", "Type", "Default", "Range");

    private static string Row(string prefix, PropertyInfo property, object options) => string.Join(
        " | ",
        $"`{prefix}{property.Name}`",
        SettingText.OfType(property.PropertyType),
        SettingText.OfValue(property.GetValue(options)),
        SettingText.OfRange(property.PropertyType, property.GetCustomAttribute<RangeAttribute>()));

    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static bool IsPolicy(PropertyInfo property) => property.PropertyType.IsClass;
}
